"""One file a version. What has been released is never edited; a change is a new file."""
