"""Run by `python -m sluice_host`."""

import sys

from .cli import main

sys.exit(main())
