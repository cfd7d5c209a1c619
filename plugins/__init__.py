"""The plugins that come with embedcurate, each an entry point like a stranger's."""
