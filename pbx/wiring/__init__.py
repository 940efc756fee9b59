"""The wiring: which adapters, services and settings belong together.

With `pbx.app`, which runs the result, the only importer of everything.

    building      all of it, from the exchange to the offices
    destinations  where calls go; also for the command line
    hooks         webhooks and the watch over phone shares
    signing_in    second factors, the company's own sign-in
    serving       what the web is given
    rules         what services need of the settings
"""
