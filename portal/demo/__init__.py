"""The demo shop 特派商城: its goods and their pictures, people, orders and settings. Everything in it is made up."""
