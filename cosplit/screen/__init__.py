"""Tables that fit the screen. No number and no word is ever folded."""

from cosplit.screen.names import short_points
from cosplit.screen.printing import print_facts, print_tables
from cosplit.screen.table import Column, Table, clean

__all__ = ["Column", "Table", "clean", "print_facts", "print_tables", "short_points"]
