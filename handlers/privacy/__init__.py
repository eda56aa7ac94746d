"""What members can see, take along and have erased of what is stored about them."""
