namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>What the commands of LaTeX that stand for one sign mean, by kind. Lamport (1994), "LaTeX: A Document Preparation System", section 3.3.</summary>
internal static class LatexSymbols
{
    /// <summary>Letters.</summary>
    public static IReadOnlyDictionary<string, string> Letters { get; } = Table("""
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν
        xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
        Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
        infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ emptyset ∅ varnothing ∅ forall ∀ exists ∃ Re ℜ Im ℑ aleph ℵ top ⊤ bot ⊥ angle ∠
        dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ prime ′ degree ° imath ı jmath ȷ # # % % $ $ _ _ checkmark ✓
        """);

    /// <summary>Binary operators, which have space on both sides.</summary>
    public static IReadOnlyDictionary<string, string> Operators { get; } = Table("""
        cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cup ∪ cap ∩ setminus ∖
        wedge ∧ land ∧ vee ∨ lor ∨ neg ¬ lnot ¬ & &
        """);

    /// <summary>Relations and arrows, which have more space.</summary>
    public static IReadOnlyDictionary<string, string> Relations { get; } = Table("""
        le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ equiv ≡ approx ≈ sim ∼ simeq ≃ cong ≅ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂
        subseteq ⊆ supset ⊃ supseteq ⊇ to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ implies ⟹
        iff ⟺ Leftrightarrow ⇔ mapsto ↦ longrightarrow ⟶ longleftarrow ⟵ uparrow ↑ downarrow ↓ perp ⟂ parallel ∥ mid ∣ nmid ∤
        colon : coloneqq ≔ triangleq ≜ models ⊨ vdash ⊢ lt < gt >
        """);

    /// <summary>Operators whose bounds stand above and below in a displayed formula.</summary>
    public static IReadOnlyDictionary<string, string> Large { get; } = Table("""
        sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ bigvee ⋁ bigwedge ⋀
        """);

    /// <summary>Integrals, whose bounds stay beside them.</summary>
    public static IReadOnlyDictionary<string, string> Integrals { get; } = Table("int ∫ iint ∬ iiint ∭ oint ∮");

    /// <summary>Brackets that are commands.</summary>
    public static IReadOnlyDictionary<string, string> Brackets { get; } = Table("""
        { { } } lbrace { rbrace } lbrack [ rbrack ] langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lvert | rvert | vert |
        lVert ‖ rVert ‖ Vert ‖ | ‖
        """);

    /// <summary>Accents above what follows.</summary>
    public static IReadOnlyDictionary<string, string> Accents { get; } = Table("""
        hat ^ widehat ^ tilde ~ widetilde ~ bar ¯ overline ¯ vec → overrightarrow → dot ˙ ddot ¨ check ˇ acute ´ grave `
        overbrace ⏞
        """);

    /// <summary>Accents that grow with what is under them.</summary>
    public static IReadOnlySet<string> Wide { get; } =
        new HashSet<string> { "widehat", "widetilde", "overline", "overrightarrow", "overbrace" };

    /// <summary>Functions written upright; <see langword="true"/> where a subscript stands below in a displayed formula.</summary>
    public static IReadOnlyDictionary<string, bool> Functions { get; } = new Dictionary<string, bool>
    {
        ["sin"] = false,
        ["cos"] = false,
        ["tan"] = false,
        ["cot"] = false,
        ["arcsin"] = false,
        ["arccos"] = false,
        ["arctan"] = false,
        ["sinh"] = false,
        ["cosh"] = false,
        ["tanh"] = false,
        ["coth"] = false,
        ["ln"] = false,
        ["log"] = false,
        ["lg"] = false,
        ["exp"] = false,
        ["dim"] = false,
        ["ker"] = false,
        ["deg"] = false,
        ["arg"] = false,
        ["max"] = true,
        ["min"] = true,
        ["sup"] = true,
        ["inf"] = true,
        ["lim"] = true,
        ["limsup"] = true,
        ["liminf"] = true,
        ["det"] = true,
        ["gcd"] = true,
        ["Pr"] = true,
        ["argmax"] = true,
        ["argmin"] = true,
    };

    /// <summary>Widths of spaces in em (TeX: a quad is 18 math units).</summary>
    public static IReadOnlyDictionary<string, string> Spaces { get; } = new Dictionary<string, string>
    {
        [","] = "0.1667em",
        ["thinspace"] = "0.1667em",
        [":"] = "0.2222em",
        [">"] = "0.2222em",
        ["medspace"] = "0.2222em",
        [";"] = "0.2778em",
        ["thickspace"] = "0.2778em",
        ["!"] = "-0.1667em",
        [" "] = "0.25em",
        ["enspace"] = "0.5em",
        ["quad"] = "1em",
        ["qquad"] = "2em",
    };

    private static Dictionary<string, string> Table(string pairs)
    {
        var words = pairs.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }
}
