"""What travels on the wire: text in, core values out. The only room that knows the backend's field names.

Liberal in what it accepts: both name styles, naive and zoned times, absent and ill-typed optional fields.
"""
