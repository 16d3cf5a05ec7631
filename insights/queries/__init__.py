"""Questions over all apps, one module for each page."""
