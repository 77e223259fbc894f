"""Evidence: what a figure was made from, kept in a bundle that proves it again, offline, years later.

`record` notes everything behind a run, `AuditRecord.save` writes it as a bundle, `verify` checks every digest of a
bundle and recomputes every figure in it.

Computes no figure of its own (see `quantification`), draws no report (see `reports`).
"""

from __future__ import annotations

from carbonquant.audit.bundle import save
from carbonquant.audit.record import AuditRecord, record
from carbonquant.audit.verify import Check, Verdict, Verification, verify

__all__ = ["AuditRecord", "Check", "Verdict", "Verification", "record", "save", "verify"]
