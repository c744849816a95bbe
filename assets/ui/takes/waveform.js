// A take's small waveform: bars as the server measured them, and how far it has been played.
//
// All takes of a part are drawn to the same scale of time, so that a longer one looks longer.

function drawWaveform(canvas, peaks, { share, played }) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const loudest = Math.max(...peaks, 0.05);
  const step = (width * share) / peaks.length;
  peaks.forEach((peak, at) => {
    const bar = Math.max(1, (peak / loudest) * (height - 2));
    pen.fillStyle = at / peaks.length < played ? style.getPropertyValue("--tr-played") : style.color;
    pen.fillRect(at * step, (height - bar) / 2, Math.max(0.75, step * 0.65), bar);
  });
}
