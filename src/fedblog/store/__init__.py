"""Memory: all SQL. The engine door, the migrations, and one module for each noun."""
