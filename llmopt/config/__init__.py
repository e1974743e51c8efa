"""The configuration: one frozen model, read from `llmopt.yaml` and the environment."""
