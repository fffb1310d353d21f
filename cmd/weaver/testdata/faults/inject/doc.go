package inject
