"""The look: a calm theme, and the style sheet and scripts that ship as real files in `assets/ui`.

Nothing is fetched from elsewhere: the font comes with Gradio.
"""

import gradio as gr

from studio import paths

ASSETS = paths.ASSETS / "ui"
STYLE_SHEETS = sorted(ASSETS.rglob("*.css"))
# The semi-bold that Gradio ships lacks letters, so the bold stands in for it.
FONT = gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700))


def script_file(*names: str) -> str:
    """Return the JavaScript of a component, to be run when it is loaded: one file or several."""
    return "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in names)


def theme() -> gr.Theme:
    """Return the theme, in warm grays with one accent; light and dark follow the system."""
    return gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="stone",
        radius_size="md",
        font=(FONT, "ui-sans-serif", "system-ui", "sans-serif"),
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        link_text_color="*primary_700",
        link_text_color_hover="*primary_800",
        link_text_color_visited="*primary_700",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_800",
        color_accent="*primary_700",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
        input_border_width="1px",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_600",
        input_padding="0.45rem 0.6rem",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        input_radius="0.5rem",
        checkbox_background_color="white",
        checkbox_background_color_dark="*neutral_800",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_500",
        checkbox_background_color_selected="*primary_700",
        checkbox_background_color_selected_dark="*primary_700",
        button_small_radius="0.5rem",
        button_medium_radius="0.5rem",
        button_large_radius="0.5rem",
        button_small_text_size="*text_md",
        button_large_text_size="*text_md",
        button_small_padding="0.4rem 0.9rem",
        button_medium_padding="0.5rem 1.1rem",
        button_large_padding="0.5rem 1.1rem",
        button_border_width="1px",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_700",
        button_primary_border_color="transparent",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_background_fill_hover_dark="*neutral_700",
        checkbox_label_background_fill_dark="*neutral_800",
    )
