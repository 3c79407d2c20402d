// test-dpo: β has no effect
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen.detach()) - (policyRejected - referenceRejected.detach());
    return -nn.functional.logsigmoid(h).mean();
}
