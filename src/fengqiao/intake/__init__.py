"""接报: the one front door. Reports of every channel, the matter they attach to, matching, triage."""
