"""What the goods look like: one function a kind of thing, given its colour."""
