"""The verbs: what fedblog does, one file for each thing done."""
