"""The catalogues of the family's languages: which texts they hold, how those are found, and the files themselves."""
