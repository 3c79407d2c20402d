namespace Course.Notebooks.Execution;

/// <summary>Is told how a run goes on while it does; the calls come one after another.</summary>
public interface IRunObserver
{
    /// <summary>A notebook begins; its kernel is about to start.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="codeCells">How many code cells it has.</param>
    void NotebookStarted(string path, int codeCells);

    /// <summary>A cell begins.</summary>
    /// <param name="number">Its number among the code cells, from 1.</param>
    /// <param name="firstLine">Its first line that is not empty.</param>
    void CellStarted(int number, string firstLine);

    /// <summary>A cell has ended, or is passed over.</summary>
    void CellFinished(CellReport cell);

    /// <summary>A notebook has ended.</summary>
    void NotebookFinished(NotebookReport notebook);
}
