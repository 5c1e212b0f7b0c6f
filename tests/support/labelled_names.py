"""Names to make up people from, as the label data of identities use them."""

from __future__ import annotations

from dataclasses import dataclass

FIRST = (
    "Anna Maria Luca Marco Giulia Sofia Paolo Elena Jürgen Hans Karin Petra Stefan Uwe Björn Lars "
    "Ingrid Jean Marie Claire Luc Amélie Hélène José Carmen Pilar Iñigo Javier Lucía João Inês "
    "Tiago Rui Sanne Daan Femke Joost Pieter John Mary Robert James Emily Sarah Michael Thomas "
    "Katherine William Siân Aoife Łukasz Agnieszka Zofia Piotr Ahmed Fatima Yusuf Leila Priya "
    "Arjun Deepa Ravi Wei Mei Hiroshi Yuki"
)
LAST = (
    "Rossi Bianchi Ferrari Esposito Romano Colombo Ricci Marino Greco Conti Müller Schröder Weiß "
    "Schäfer Köhler Krüger Wagner Becker Hoffmann Vogel Fuchs Dubois Lefèvre Moreau Girard "
    "Rousseau Fournier García Fernández López Muñoz Ibáñez Castro Silva Santos Gonçalves Araújo "
    "Almeida Jansen Visser Bakker Mulder Dekker Smith Jones Taylor Brown O'Brien Murphy Walsh "
    "Evans Hughes Nowak Kowalska Wójcik Zieliński Hassan Khan Patel Sharma Iyer Reddy "
    "Chen Wang Tanaka Sato"
)
STEMS = (
    "Alt Berg Cam Dal Ell Fors Gran Holm Ise Kal Lind Mont Nor Oster Pell Quin Ros Sand Tor Ull"
)
ENDS = "aro backer etti feld gaard hausen ingen jansky kowicz land mann nielli ola puy quist rup"
NICKNAMES = {
    "Robert": "Bob",
    "William": "Bill",
    "Katherine": "Kate",
    "Michael": "Mike",
    "Thomas": "Tom",
    "James": "Jim",
    "José": "Pepe",
    "Giulia": "Giu",
    "Stefan": "Steff",
    "Maria": "Mia",
}
ASCII = str.maketrans(
    "äöüßéèêëáàâãíìîïóòôõúùûñçłńśźżąęÄÖÜŁ'", "aousEEEEaaaaiiiioooouuunclnszzaeAOUL."
)


@dataclass(frozen=True)
class Person:
    label: str
    first: str
    last: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"
