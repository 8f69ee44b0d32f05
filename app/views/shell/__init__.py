"""What surrounds every page: header, sign-in form, notices."""
