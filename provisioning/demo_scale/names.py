"""Invented people, companies and places; numbers, identifiers and addresses that nobody has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from random import Random


def listed(text: str, separator: str | None = None) -> list[str]:
    return text.split(separator)


FIRST_NAMES = listed(
    "Adèle Agnès Alain Aminata Anaïs André Anne-Laure Antoine Arnaud Aurélie Baptiste Béatrice "
    "Benoît Bérénice "
    "Brahim Camille Cécile Chloé Clémence Corentin Cyril Damien Delphine Élise Éloïse Émile "
    "Étienne Fabrice Fatou "
    "Françoise Gaël Geneviève Gérard Hélène Hervé Inès Jean-Luc Jérôme Joël Julien Karim Léa Loïc "
    "Maëlle Mathilde "
    "Maud Mélanie Mickaël Nadia Noémie Océane Olivier Pascale Quentin Raphaël Régis Rémi Sabrina "
    "Sébastien Solène "
    "Théo Thérèse Valérie Véronique Xavier Yann Yasmine Zoé"
)
SURNAMES = listed(
    "Aubert Barbier Baudry Bénard Berger Blanchet Boucher Bourgeois Brunet Carpentier Charpentier "
    "Chevalier Colas "
    "Cordier Daniel Delaunay Deschamps Diallo Dufour Dumas Etcheverry Fabre Fernandez Fournier "
    "Gallet Garnier "
    "Gauthier Gérard Giraud Guérin Guillou Haddad Hamon Hébert Jacquet Joubert Lacroix Lambert "
    "Langlois Lebreton "
    "Lecœur Lefèvre Legrand Lemoine Lévêque Maillard Mallet Marchand Ménard Mercier Moulin "
    "N’Diaye Noël Ollivier "
    "Pelletier Perrin Poulain Prévost Renard Rivière Rousseau Sabatier Thibault Vasseur Vidal"
)
TRADES = listed(
    "Boulangerie {} | Cabinet {} et associés | Carrosserie {} | Charpente {} | Clinique "
    "vétérinaire {} | "
    "Cave {} | Cycles {} | École de conduite {} | Électricité {} | Étude notariale {} | "
    "Fromagerie {} | Garage {} | "
    "Horticulture {} | Imprimerie {} | Maçonnerie {} | Menuiserie {} | Optique {} | Pâtisserie {} "
    "| Pharmacie {} | "
    "Plomberie {} | Transports {} | Voyages {}",
    " | ",
)
ROOMS = ("Accueil", "Salle de réunion", "Atelier", "Réserve", "Quai de livraison", "Comptoir")
STREETS = (
    "rue de la Gare",
    "avenue des Tilleuls",
    "place du Marché",
    "quai de l’Industrie",
    "rue Haute",
)
RESELLERS = (
    "Armor Téléphonie",
    "Cévennes Communication",
    "Flandre Réseaux",
    "Garonne IP",
    "Jura Télécom",
    "Paris Est Centrex",
    "Provence Voix",
)


@dataclass(frozen=True)
class Zone:
    """One of the five zones of French geographic numbers: its cities, and its block of ten thousand
    fictional numbers.
    """

    block: str
    cities: tuple[tuple[str, str], ...]


# ARCEP reserves these prefixes for works of fiction: no call to them reaches anybody.
ZONES = (
    Zone(
        "+3319900",
        (("Clichy", "92110"), ("Créteil", "94000"), ("Évry", "91000"), ("Meaux", "77100")),
    ),
    Zone(
        "+3326191",
        (("Angers", "49000"), ("Brest", "29200"), ("Nantes", "44000"), ("Tours", "37000")),
    ),
    Zone(
        "+3335301",
        (("Besançon", "25000"), ("Dijon", "21000"), ("Lille", "59000"), ("Nancy", "54000")),
    ),
    Zone(
        "+3346571",
        (("Avignon", "84000"), ("Grenoble", "38000"), ("Nîmes", "30000"), ("Lyon", "69003")),
    ),
    Zone(
        "+3353649",
        (("Agen", "47000"), ("Bayonne", "64100"), ("Limoges", "87000"), ("Pau", "64000")),
    ),
)
PER_ZONE = 10_000
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # TEST-NETs: used by nobody


def numbers(zone: Zone) -> Iterator[str]:
    """The zone's numbers, each once."""
    return (f"{zone.block}{rank:04d}" for rank in range(PER_ZONE))


def companies(rng: Random) -> Iterator[str]:
    """Names of companies, without duplicates until the list starts again."""
    names = [trade.format(surname) for trade in TRADES for surname in SURNAMES]
    rng.shuffle(names)
    return cycle(names)


def addresses() -> Iterator[str]:
    """Public addresses of clients' phones."""
    return cycle([f"{network}.{host}" for host in range(1, 255) for network in NETWORKS])


def macs(rng: Random, wanted: int) -> Iterator[str]:
    """`wanted` distinct snom addresses, none of them in the guide (000413 7…, 4…, 90…, 92…)."""
    return (f"000413{tail:06X}" for tail in rng.sample(range(0xA00000, 0xFF0000), wanted))


def sirets() -> Iterator[str]:
    """Valid SIRETs that begin with 000 00…, as no company's does."""
    return (_with_key(f"00000{rank:04d}0001") for rank in count(1))


def _with_key(digits: str) -> str:
    """Append the check digit (Luhn) to thirteen digits."""
    doubled = (int(digit) * (1 if rank % 2 else 2) for rank, digit in enumerate(digits))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def person(rng: Random) -> str:
    """The name of a line: a person or a room."""
    if rng.random() < 0.06:
        return rng.choice(ROOMS)
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}"
