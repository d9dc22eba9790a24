"""What leaves the house: packing, shipments, parcels, carriers and their labels."""
