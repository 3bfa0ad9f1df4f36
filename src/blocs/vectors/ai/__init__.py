"""The AI vector: bust and boom of its capital spending, adoption by industry under limits of compute and power."""
