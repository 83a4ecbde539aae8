"""The pages of the desktop: each draws one frozen view state and emits intentions; none holds a rule."""
