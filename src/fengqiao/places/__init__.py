"""辖区: communities, police areas and governance grids with their borders through time; bookable venues."""
