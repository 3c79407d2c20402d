// test-move: you divided by the number of all points
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    var moved = centres.Select(centre => new double[centre.Length]).ToArray();
    for (var i = 0; i < points.Length; i++)
    {
        for (var j = 0; j < points[i].Length; j++)
        {
            moved[groups[i]][j] += points[i][j] / points.Length;
        }
    }
    return moved;
}
