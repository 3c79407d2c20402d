// test-dpo: Chosen and rejected, or policy and reference, have changed places
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyRejected - referenceRejected.detach()) - (policyChosen - referenceChosen.detach());
    return -nn.functional.logsigmoid(beta * h).mean();
}
