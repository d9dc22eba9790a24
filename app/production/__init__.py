"""What is made: jobs and their tree, routes, stations, quantities, quality, work orders."""
