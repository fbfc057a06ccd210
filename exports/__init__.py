"""Everything that leaves the product, a file per format, always through the gate."""

from exports.write import ExportReport, pack_export, write_export

__all__ = ["ExportReport", "pack_export", "write_export"]
