"""The steps. A step that was released is never changed; the way back is `piaogen rebuild`."""
