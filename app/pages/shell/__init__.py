"""What surrounds every page: the application, its header, the sign-in form, the notices."""
