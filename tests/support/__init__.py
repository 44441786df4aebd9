"""What the tests stand on: databases, a browser, and the checks that many of them share."""
