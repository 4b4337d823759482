"""What ./dev does, one file per job."""
