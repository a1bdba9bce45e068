"""The second gate as a pure function, whole and in parts."""
