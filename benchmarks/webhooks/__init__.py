"""What programs elsewhere are told by webhooks, while whoever tells them is killed at random moments."""
