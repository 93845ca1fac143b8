"""居民端: the residents' door. Here, so far, its smallest part: asking the rights desk (S12)."""
