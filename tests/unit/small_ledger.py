"""A ledger of three claims, one of each kind of computation, which the tests of ledgers spoil."""

from __future__ import annotations

GOOD = """schema: blocs.ledger/1
title: A ledger
claims:
  - id: dollar
    statement: The dollar is more than half of reserves.
    source: somebody
    vector: dollar
    computation:
      series: reserves.share
      where: {currency: USD}
      readings:
        - {name: latest, take: last}
        - {name: fall, change: [2020-Q1, 2025-Q1]}
    rule:
      over: [latest]
      true_if: {above: 50 %}
  - id: models
    statement: Most open models are Chinese.
    source: somebody
    vector: ai
    computation:
      function: open-model-share
      with: {country: CHN, year: 2025}
    rule:
      true_if: {reading: large, above: 50 %}
  - id: tariffs
    statement: Tariffs cost Canada.
    source: somebody
    vector: trade
    computation:
      - scenario: universal-tariff-10
        readings:
          - {name: canada, outcome: welfare, of: CAN}
    rule:
      true_if:
        all:
          - {reading: canada, below: -1 %}
"""
