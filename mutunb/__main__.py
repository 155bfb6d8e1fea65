"""``python -m mutunb`` : la même commande que ``mutunb``."""

from mutunb.cli import principal

if __name__ == "__main__":
    principal()
