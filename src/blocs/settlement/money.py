"""Exact money: currencies with their decimals (ISO 4217), decimal text to minor units and back."""

from __future__ import annotations

from blocs.errors import DataError, unknown

LARGEST = 2**62  # sums of one run stay below it, so that no int64 can overflow on the way

# active codes of ISO 4217 by number of decimals (list one of the maintenance agency, without metals and test codes)
_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD "
    "XCG YER ZAR ZMW ZWG",
}
DECIMALS: dict[str, int] = {code: n for n, codes in _BY_DECIMALS.items() for code in codes.split()}


def decimals(currency: str) -> int:
    """Return how many decimals amounts in `currency` have; DataError for a code that ISO 4217 does not know."""
    if currency not in DECIMALS:
        raise DataError(unknown("currency", currency, DECIMALS))
    return DECIMALS[currency]


def minor(text: str, places: int) -> int:
    """Return decimal `text` in minor units of `places` decimals; ValueError says why it is no amount.

    Digits and one point only: no sign, no exponent, no thousands separator, no more decimals than the currency has.
    """
    whole, point, fraction = text.partition(".")
    if not (text.isascii() and whole.isdigit() and (fraction.isdigit() if point else True)):
        if text.startswith("-"):
            raise ValueError(f"amount {_short(text)} is negative")
        raise ValueError(f"amount {_short(text)} is no decimal number of digits and one point")
    if len(fraction) > places:
        raise ValueError(f"amount {_short(text)} has {len(fraction)} decimals, the currency has {places}")
    if len(whole) > 19:
        raise ValueError(f"amount {_short(text)} is too large: 19 digits before the point at most")
    value = int(whole) * 10**places + (int(fraction.ljust(places, "0")) if places and fraction else 0)
    if value >= LARGEST:
        raise ValueError(f"amount {_short(text)} is too large for exact arithmetic")
    return value


def signed(text: str, places: int) -> int:
    """Return decimal `text` that may have a minus sign in minor units; ValueError as `minor`."""
    return -minor(text[1:], places) if text.startswith("-") else minor(text, places)


def decimal_text(value: int, places: int) -> str:
    """Return minor units as decimal text with all its decimals: 12345 with 2 places is '123.45'."""
    sign, digits = ("-", -value) if value < 0 else ("", value)
    if places == 0:
        return f"{sign}{digits}"
    whole, fraction = divmod(digits, 10**places)
    return f"{sign}{whole}.{fraction:0{places}d}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
