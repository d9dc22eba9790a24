"""Tax: classes of goods, dated rates by country, and which rule applies to a supply."""
