"""The programs of the project. As a package it lets other programs take `scripts.running`, too."""
