"""What the people of the journeys do, one small function a step, named for what they would say."""
