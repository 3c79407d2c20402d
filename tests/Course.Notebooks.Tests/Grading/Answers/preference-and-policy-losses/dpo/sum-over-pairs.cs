// test-dpo: you add up the pairs; take their mean
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen.detach()) - (policyRejected - referenceRejected.detach());
    return -nn.functional.logsigmoid(beta * h).sum();
}
