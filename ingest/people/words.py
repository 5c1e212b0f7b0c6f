"""Words in names and addresses that tell mailboxes, rooms and machines from people."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(text.split())


# Beside a name, in brackets or behind a dash: the bearer works for somebody else.
OUTSIDE = words("""
    external ext extern externe externer esterno esterna externo externa guest gast gaeste invite
    invitee ospite invitado invitada convidado convidada contractor consultant vendor supplier
    freelance freelancer partner consulente prestataire
""")
# Beside a name, and saying nothing of who it is.
ASIDE = words("""
    she her hers he him his they them theirs sie ihr er ihm elle iel il lui lei ella el ela ele
    hij hem zij haar hen on leave away absent inactive deactivated disabled former intern internal
""")
TITLES = words("""
    dr dra drs prof professor mr mrs ms miss mx mme mlle herr frau fr sig sigra sra srta dott
    dottssa dottoressa ing eng engr dipl mag avv arch rag geom phd md mba msc bsc llm esq cpa pmp
    lic mw dhr me don dona sir dame
""")
# Father and son: one key for both, so that neither is taken for the other.
GENERATIONS = words("jr sr jun sen junior senior ii iii iv filho neto hijo fils pere")
# In names of mailboxes, teams, rooms and machines: English, German, Italian, French, Spanish,
# Portuguese, Dutch.
NO_PERSON = words("""
    team teams group groups list lists department dept division office desk helpdesk support
    service services servicedesk sales marketing finance accounting accounts billing payroll
    purchasing procurement hr human resources recruiting careers jobs info information contact
    admin administrator administration reception frontdesk press legal security facilities
    operations notification notifications alert alerts noreply reply postmaster mailer daemon
    system bot app application automation workflow integration webhook calendar room meeting
    conference boardroom projector printer scanner shared mailbox newsletter all everyone staff
    company board committee council union it
    gruppe abteilung vertrieb personal buchhaltung einkauf empfang verwaltung sekretariat
    kundendienst besprechungsraum raum sitzungszimmer geschaeftsfuehrung betriebsrat
    gruppo squadra ufficio reparto vendite acquisti amministrazione segreteria assistenza sala
    riunioni
    equipe groupe bureau ventes achats comptabilite accueil secretariat salle reunion
    equipo grupo oficina departamento compras contabilidad recepcion secretaria soporte reuniones
    escritorio vendas contabilidade recepcao suporte reuniao
    groep afdeling kantoor verkoop inkoop boekhouding receptie secretariaat ondersteuning
    vergaderruimte kamer
""")
# Mailboxes that several people read: no person, but people write from them. Letters and digits
# only, so that "front-office" and "front.office" are one.
ROLE_MAILBOXES = words("""
    info information support sales contact office frontoffice backoffice hello help helpdesk
    servicedesk service services customerservice customercare care admin administrator admins
    webmaster billing accounts accounting accountspayable accountsreceivable invoices invoice
    payments payroll finance hr humanresources people peopleops jobs job careers career recruiting
    recruitment talent press media pr marketing team reception frontdesk security abuse hostmaster
    feedback orders order purchasing procurement newsletter news staff all everyone allstaff
    company legal compliance privacy dpo gdpr it itsupport ithelp facilities logistics warehouse
    operations ops shipping training events travel booking reservations returns quality events
    root sysadmin noc soc devops mail email inbox general enquiries inquiries ceooffice board
    secretary secretariat fax scan scanner printer calendar rooms archive test
    kontakt buero sekretariat empfang verwaltung vertrieb einkauf buchhaltung rechnung rechnungen
    rechnungswesen personal personalabteilung bewerbung bewerbungen karriere presse
    kundendienst kundenservice kundenbetreuung bestellung bestellungen versand lager datenschutz
    geschaeftsleitung geschaeftsfuehrung hausverwaltung anfrage anfragen zentrale alle mitarbeiter
    betriebsrat ausbildung technik
    informazioni contatti contatto ufficio segreteria amministrazione vendite commerciale acquisti
    contabilita fatture fatturazione personale risorseumane lavoraconnoi candidature stampa
    assistenza assistenzaclienti ordini spedizioni magazzino direzione tutti qualita logistica
    accueil bureau secretariat standard comptabilite facturation factures ventes commercial achats
    rh ressourceshumaines recrutement emploi assistance serviceclient commandes direction
    tous communication logistique
    informacion contacto oficina secretaria recepcion administracion ventas comercial compras
    contabilidad facturacion facturas rrhh recursoshumanos empleo prensa soporte ayuda atencion
    atencionalcliente atencioncliente pedidos almacen direccion todos calidad
    informacao contato contacto escritorio recepcao administracao vendas financeiro contabilidade
    faturacao faturamento faturas recursoshumanos vagas imprensa suporte ajuda atendimento
    encomendas diretoria qualidade
    informatie kantoor secretariaat receptie administratie verkoop inkoop boekhouding facturen
    facturatie personeelszaken vacatures sollicitatie pers klantenservice klantenservices
    bestellingen magazijn directie iedereen
""")
