"""The paragraphs that the documents cite. The only place in this room where a statute's number is written.

Read as of April 2026: HSL (2017:30); SoL (2025:400), in force since 1 July 2025; OSL (2009:400).
"""

SIP = "HSL 16 kap. 4 §, SoL 10 kap. 8–9 §§"
BY_NEED = "25 kap. 12 § och 26 kap. 9 § offentlighets- och sekretesslagen"
