"""SiLA 2: an instrument behind a SiLA server, and the engine's side of one."""
