2006.2
A loam for trials; round numbers, not of a place
1 1
'Trial loam' 'loam' 3 0.2 0.6 5000000.0 0.006 3.0 6.0
   200  40.0  20.0  3.0  15.0  5.0
   600  40.0  22.0  1.5  14.0  8.0
  1200  45.0  18.0  0.5  10.0 15.0
0 0.0 0.0
